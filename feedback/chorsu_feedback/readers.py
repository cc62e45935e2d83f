"""Readers' side: the address that the script posts to, and the form for those without script or selection.

A network is counted under a keyed hash; the key is random, and gone the day after, so nobody can tell afterwards which
network a count belonged to. A page is counted by its number. docs/decisions/feedback-requests.md.
"""

# catalogue: reader
from __future__ import annotations

import hmac
import json
import secrets
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy, ngettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.models import Page

from chorsu_editorial.mending import normalise, visible
from chorsu_feedback.anchors import (
    Anchor,
    LeafText,
    find_words,
    make_anchor,
    read_anchor,
    read_page,
)
from chorsu_feedback.conf import MAX_BODY, get_settings
from chorsu_feedback.models import LimitKey, TypoReport
from chorsu_feedback.reports import digest, named_page, reportable_page, submit_report, things_with
from chorsu_feedback.retention import counts, forget_networks
from chorsu_locales.limits import Counter, TooManyAttemptsError, client_network
from chorsu_locales.normal_form import permitted
from chorsu_locales.request_checks import whole_number
from chorsu_locales.text import local_digits

# Of one page in the window of ``PAGE_LIMIT``: what nobody will read is not stored.
MOST_HELD = 500
_TOO_MANY = gettext_lazy("Many reports have come from your network. Please send yours again in a few minutes.")
SENT_LATER = gettext_lazy(
    "Many reports have come from your network. Yours is kept in this tab and will be sent again by itself in a few "
    "minutes."
)
# What providers give to one customer or share out among a few: IPv4 and IPv6.
_NETWORK = (24, 48)


def network_counter(request: HttpRequest) -> Counter:
    """Return the counter of the network that a request comes from; nobody can tell from its name which that is."""
    today = timezone.now().date()
    key, created = LimitKey.objects.get_or_create(day=today, defaults={"secret": secrets.token_hex(32)})
    if created:
        forget_networks()
    settings = get_settings()
    most, seconds = settings.network_limit
    network = client_network(request, trusted_proxies=settings.trusted_proxies, prefixes=_NETWORK)
    name = hmac.digest(key.secret.encode(), network.encode(), "sha256").hex()
    return Counter(name, most, timedelta(seconds=seconds))


def is_cross_site(request: HttpRequest) -> bool:
    """Return whether a browser says that another site sent this request.

    Reader pages set no cookie, so there is no CSRF token to compare; the browser's own word is asked instead:
    ``Sec-Fetch-Site``, else ``Origin``, else ``Referer``. Origins in ``CSRF_TRUSTED_ORIGINS`` may post. A request
    without any of the three is not forged through anybody's current browser and passes on to the limits.
    """
    origin = request.headers.get("Origin", "")
    own = f"{request.scheme}://{request.get_host()}"
    if origin and _is_trusted(origin):
        return False
    if site := request.headers.get("Sec-Fetch-Site", ""):
        return site not in {"same-origin", "none"}
    if origin:
        return origin != own
    if referer := request.headers.get("Referer", ""):
        try:
            parts = urlsplit(referer)
        except ValueError:
            return True
        return parts.netloc != request.get_host() and not _is_trusted(f"{parts.scheme}://{parts.netloc}")
    return False


def _is_trusted(origin: str) -> bool:
    """Return whether CSRF_TRUSTED_ORIGINS names the origin, itself or by ``https://*.example.org``."""
    scheme, _, host = origin.partition("://")
    return any(
        origin == trusted or (trusted.startswith(f"{scheme}://*.") and host.endswith(trusted.partition("*")[2]))
        for trusted in settings.CSRF_TRUSTED_ORIGINS
    )


def _too_long(limit: int) -> ValidationError:
    text = ngettext_lazy(
        "This is too long: at most %(shown)s character.", "This is too long: at most %(shown)s characters.", "limit"
    )
    shown = local_digits(str(limit), get_language() or "")
    return ValidationError(text, code="too_long", params={"limit": limit, "shown": shown})


class ReaderTextField(forms.Field):
    """Words of a reader: cleaned of invisible characters rather than refused for them; the length is counted after.

    ``most`` names the setting with the greatest length; ``folded``: white space counts as single spaces.
    """

    def __init__(self, *, most: str = "", folded: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.folded = folded

    def to_python(self, value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ValidationError(gettext_lazy("This must be text."), code="type")
        if self.folded:
            return normalise(value)
        return permitted(visible(value.replace("\r\n", "\n"))).strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        limit = getattr(get_settings(), self.most) if self.most else 0
        if limit and len(value) > limit:
            raise _too_long(limit)


class WholeNumberField(forms.Field):
    """A whole number that isn't negative, or None; text of digits counts as one."""

    def to_python(self, value: Any) -> int | None:
        if value is None or value == "":
            return None
        # Only these: the text of lists inside lists, which JSON may hold, takes the square of their depth.
        known = isinstance(value, str | int) and not isinstance(value, bool)
        number = whole_number(str(value)) if known else None
        if number is None or number >= 2**31:
            raise ValidationError(gettext_lazy("This must be a whole number."), code="type")
        return number


class CorrectionForm(forms.Form):
    """The fields that both ways of reporting share."""

    suggestion = ReaderTextField(most="max_suggestion", required=False)
    comment = ReaderTextField(most="max_comment", required=False)
    nonce = ReaderTextField(required=False)  # random; what is sent twice has the same

    def check_says_something(self, selected: str) -> None:
        """Refuse a report that neither suggests a change nor comments; an unchanged suggestion is none."""
        if self.cleaned_data.get("suggestion") == selected:
            self.cleaned_data["suggestion"] = ""
        if self.errors or any(self.cleaned_data.get(name) for name in ("suggestion", "comment", "deletes")):
            return
        self.add_error("suggestion", gettext_lazy("Write what it should be, or say in the comment what is wrong."))


class ReportForm(CorrectionForm):
    """A report that the script sends."""

    page = WholeNumberField()
    revision = WholeNumberField(required=False)
    path = ReaderTextField(required=False)
    offset = WholeNumberField(required=False)
    # Contexts come raw: space at their edges belongs to them.
    selected = forms.Field(error_messages={"required": gettext_lazy("Select the words with the mistake first.")})
    before = forms.Field(required=False)
    after = forms.Field(required=False)

    def clean(self) -> dict[str, Any]:
        """Add the anchor."""
        data = super().clean() or self.cleaned_data
        texts = {name: data.get(name) or "" for name in ("selected", "before", "after")}
        for name, text in texts.items():
            if not isinstance(text, str):
                self.add_error(name, gettext_lazy("This must be text."))
                return data
        path = data.get("path", "")
        anchor = read_anchor(**texts, path=path if len(path) <= 500 else "", offset=data.get("offset"))
        limit = get_settings().max_selected
        if len(anchor.selected) > limit:
            self.add_error("selected", _too_long(limit))
        elif not anchor.selected and "selected" not in self.errors:
            self.add_error("selected", gettext_lazy("Select the words with the mistake first."))
        data["anchor"] = anchor
        # The script fills in the words themselves: who empties the field means that they go.
        data["deletes"] = isinstance(self.data.get("suggestion"), str) and not data.get("suggestion")
        self.check_says_something(anchor.selected)
        return data


class WordsForm(CorrectionForm):
    """A report without script: the words, or the paragraph that they stand in, of a page whose leaves are given.

    ``paragraphs`` are what there is to choose from, in reading order: also headings, captions and others.
    """

    words = ReaderTextField(most="max_selected", folded=True, required=False)
    paragraph = ReaderTextField(required=False)
    anyway = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, leaves: list[LeafText], page: Page) -> None:
        super().__init__(data, initial={"nonce": secrets.token_hex(8)})
        self._leaves = leaves
        self._page = page
        self._blocks = {
            f"{start}-{sha256(text.encode()).hexdigest()[:12]}-{leaf.path}": (leaf, start, text)
            for leaf in leaves
            if leaf.public
            for start, text in leaf.blocks()
        }
        self.paragraphs = [
            {"key": key, "text": text, "language": leaf.language} for key, (leaf, _start, text) in self._blocks.items()
        ]
        self.offers_anyway = bool(self.data.get("anyway"))

    def clean(self) -> dict[str, Any]:
        """Add the anchor."""
        data = super().clean() or self.cleaned_data
        words, chosen = data.get("words", ""), data.get("paragraph", "")
        if not words and not chosen and "words" not in self.errors:
            self.add_error("words", gettext_lazy("Paste the words with the mistake, or choose their paragraph."))
        self.check_says_something(words)
        anchor = None if self.errors else self._find_anchor(words, chosen)
        if anchor:
            data["anchor"] = anchor
            if words and words not in anchor.selected:
                data["comment"] = f"“{words}”\n{data['comment']}".strip()
        return data

    def _find_anchor(self, words: str, chosen: str) -> Anchor | None:
        """Return the anchor of the words, of the chosen paragraph where they aren't in it exactly once, or an error."""
        if chosen:
            if chosen not in self._blocks:
                text = _("This paragraph has changed since you opened the page. Please choose again.")
                self.add_error("paragraph", text)
                return None
            leaf, start, text = self._blocks[chosen]
            end = start + len(text)
            inside = [at for _, at in find_words(words, [leaf]) if start <= at and at + len(words) <= end]
            return make_anchor(leaf, *((inside[0], inside[0] + len(words)) if len(inside) == 1 else (start, end)))
        # What readers may never see is answered as if it weren't there: nobody shall find out notes by guessing.
        places = find_words(words, [leaf for leaf in self._leaves if leaf.public])
        if len(places) > 1:
            self.add_error("words", _("These words stand in several places. Please choose the paragraph."))
            self.paragraphs = [each for each in self.paragraphs if words in str(each["text"])] or self.paragraphs
            return None
        if places:
            leaf, start = places[0]
            is_certain = len(find_words(words, self._leaves)) == 1
            return make_anchor(leaf, start, start + len(words)) if is_certain else Anchor(words)
        if self.cleaned_data["anyway"] or things_with(words, self._page):
            return Anchor(words)
        text = _("These words are not in the article. Copy them exactly as they stand, or choose the paragraph.")
        self.add_error("words", text)
        self.offers_anyway = True
        return None


def correction_sentence(*, old: str, new: str, language: str) -> str:
    """Return the sentence in a language, to be offered to an editor; ``old`` and ``new`` are the words that differ."""
    with translation.override(language):
        # Translators: readers see this below an article.
        return _("Corrected: “%(new)s” instead of “%(old)s”.") % {"old": old, "new": new}


class RefusedError(Exception):
    """A report that isn't taken: the status, why in the reader's language, and what else goes into the answer."""

    def __init__(self, status: int, message: str, *, retry_after: str = "", **extra: Any) -> None:
        super().__init__(message)
        self.response = JsonResponse({"message": message, **extra}, status=status)
        if retry_after:
            self.response.headers["Retry-After"] = retry_after


@csrf_exempt
@require_http_methods(["POST"])
def report(request: HttpRequest) -> JsonResponse:
    """Take a report from the script: JSON in, JSON out; every refusal says why in ``message``."""
    # Where a site's pages have language prefixes, LocaleMiddleware turns a 404 into a redirect below the prefix; the
    # urlconf that it looks at has none.
    request.urlconf = "chorsu_feedback.urls"
    try:
        form = ReportForm(_read_json(request))
        form.full_clean()
        try:
            return _take_report(request, form)
        except TooManyAttemptsError as error:
            pages = Page.objects.filter(pk=form.cleaned_data.get("page"))
            language = pages.values_list("locale__language_code", flat=True).first()
            with translation.override(language or settings.LANGUAGE_CODE):
                raise RefusedError(429, str(SENT_LATER), retry_after=_seconds(error)) from error
    except RefusedError as refusal:
        return refusal.response


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report_words(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show the form with the page's paragraphs to choose from, or take what it and the article's own form send."""
    page = _page_or_404(request, page_id)
    with translation.override(page.locale.language_code):
        leaves = read_page(page)
        form = WordsForm(leaves=leaves, page=page)
        if request.method != "POST":
            return _show(request, page, form)
        if is_cross_site(request):
            return _show(request, page, form, _("This report came from another site."), status=403)
        if _is_too_large(request):
            return _show(request, page, form, _("This report is too long."), status=413)
        if not request.POST.get("website"):  # a field that people don't see: only programs fill it in
            form = WordsForm(request.POST, leaves=leaves, page=page)
            if not form.is_valid():
                return _show(request, page, form, status=400)
            words = {name: form.cleaned_data[name] for name in ("anchor", "suggestion", "comment", "nonce")}
            try:
                _submit(network_counter(request), page, revision=page.live_revision, **words)
            except TooManyAttemptsError as error:
                response = _show(request, page, form, str(_TOO_MANY), status=429)
                response.headers["Retry-After"] = _seconds(error)
                return response
        return HttpResponseRedirect(reverse("chorsu_feedback:thanks", args=[page.pk]), status=303)


@never_cache
@require_GET
def thanks(request: HttpRequest, page_id: int) -> HttpResponse:
    page = _page_or_404(request, page_id)
    with translation.override(page.locale.language_code):
        return _unlisted(render(request, "chorsu_feedback/thanks.html", _context(request, page)))


def _show(request: HttpRequest, page: Page, form: WordsForm, problem: str = "", *, status: int = 200) -> HttpResponse:
    context = {**_context(request, page), "form": form, "problem": problem}
    return _unlisted(render(request, "chorsu_feedback/report_words.html", context, status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Keep a page out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _context(request: HttpRequest, page: Page) -> dict[str, Any]:
    return {
        "base_template": get_settings().base_template,
        "limits": get_settings(),
        "reported_page": page,
        "reported_page_url": page.get_url(request),
        "page_language": page.locale.language_code,
        "is_rtl": translation.get_language_bidi(),
    }


def _page_or_404(request: HttpRequest, page_id: int) -> Page:
    page = reportable_page(request, page_id)
    if page is None:
        raise Http404(f"Readers can't report about page {page_id}.")
    return page


def _read_json(request: HttpRequest) -> dict[str, Any]:
    if is_cross_site(request):
        raise RefusedError(403, _("This report came from another site."))
    if request.content_type != "application/json":
        raise RefusedError(415, _("Reports are sent as JSON."))
    if _is_too_large(request):
        raise RefusedError(413, _("This report is too long."))
    try:
        data = json.loads(request.body.decode())
    except (ValueError, RecursionError, UnreadablePostError):
        data = None
    if not isinstance(data, dict):
        raise RefusedError(400, _("This report can't be read."))
    return data


def _take_report(request: HttpRequest, form: ReportForm) -> JsonResponse:
    """Store what a form says that is cleaned already. Raises ``RefusedError`` and ``TooManyAttemptsError``."""
    sender = network_counter(request)
    counts.check(sender)  # before anything else is read: most of a flood costs no more than this
    if "page" in form.errors:
        raise RefusedError(400, _("This report doesn't say which page it is about."))
    page = reportable_page(request, form.cleaned_data["page"])
    if page is None:
        raise RefusedError(404, _("This page is no longer here."))
    with translation.override(page.locale.language_code):
        if not form.is_valid():
            errors = {name: [str(error) for error in found] for name, found in form.errors.items()}
            raise RefusedError(400, next(iter(errors.values()))[0], errors=errors)
        words = {name: form.cleaned_data[name] for name in ("anchor", "suggestion", "comment", "nonce")}
        # Translators: a reader's comment
        words["deletion"] = _("Delete these words.") if form.cleaned_data["deletes"] else ""
        revision = page.revisions.filter(pk=form.cleaned_data["revision"]).first()
        named = None if words["anchor"].path else named_page(request, words["anchor"], page)
        if named:
            page, words["anchor"] = named
            revision = page.live_revision
        report = _submit(sender, page, revision=revision, **words)
        text = _("Thank you. The editors will look at it.")
        if report and not report.step and not things_with(report.selected, page):
            text = _("Thank you. These words aren’t in the text of the page itself: the editors will look for them.")
        return JsonResponse({"message": text}, status=201)


def _submit(sender: Counter, page: Page, *, nonce: str, **words: Any) -> TypoReport | None:
    """Count a report and store it, apart where too many came about its page; None for what was sent already.

    Raises ``TooManyAttemptsError`` where too many came from its network, or are held for the page already. What is
    refused to a network doesn't count for the page.
    """
    said = repr([words[name] for name in ("anchor", "suggestion", "comment")])
    sent = [Counter(digest(nonce, str(page.pk), said), 1, timedelta(days=1))] if nonce else []
    try:
        counts.check(*sent)
    except TooManyAttemptsError:
        return None
    counts.take(sender)
    most, seconds = get_settings().page_limit
    of_page = Counter(f"page:{page.pk}", most, timedelta(seconds=seconds))
    held = False
    try:
        counts.take(of_page)
    except TooManyAttemptsError:
        held = True
        of_page = Counter(f"held:{page.pk}", MOST_HELD, of_page.within)
        counts.take(of_page)
    with transaction.atomic():
        try:
            counts.take(*sent)
        except TooManyAttemptsError:  # of two at the same moment
            counts.give_back([sender, of_page])
            return None
        report = submit_report(page=page, held=held, **words)
    if report.count > 1 and not held:
        counts.give_back([of_page])
    return report


def _seconds(error: TooManyAttemptsError) -> str:
    return str(max(1, ceil(error.wait.total_seconds())))


def _is_too_large(request: HttpRequest) -> bool:
    """Return whether the body is larger than any report; reads it, so that a later access can't fail."""
    limits = get_settings()
    # All texts at their longest, each character escaped.
    most = max(MAX_BODY, 12 * (limits.max_selected + limits.max_suggestion + limits.max_comment + 200))
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if length.isdecimal() and int(length[:12]) > most:
        return True
    try:
        return len(request.body) > most
    except RequestDataTooBig:
        return True
    except UnreadablePostError:
        return False
