"""WXR, the export of WordPress ("WordPress eXtended RSS").

Its shape is that of ``export_wp()`` in WordPress 6; languages are kept as Polylang and WPML do.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple
from urllib.parse import quote, unquote

from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from lxml import etree

from chorsu_archive.conf import get_settings
from chorsu_archive.formats.wordpress_parts import Parts
from chorsu_archive.items import (
    Admission,
    Archive,
    ArchiveError,
    Contributor,
    Item,
    Medium,
    Note,
    Options,
    Status,
    Term,
)
from chorsu_archive.sources import SAFE_XML, Files, file_at, moment

# In the names of namespaces; WordPress.com writes https before it.
MARK, HEAD = b"://wordpress.org/export/1.", 16_384
# What plug-ins write before an export by mistake: spaces, lines and the mark of UTF-8.
BLANKS = b"\xef\xbb\xbf \t\r\n"
# What lxml may hold at once, in bytes: a text, and a post with its comments, where an element has OF_ELEMENT beside.
LARGEST_TEXT, LARGEST_RECORD, OF_ELEMENT = 8_000_000, 100_000_000, 100
# lxml never forgets a name as long as the process lives.
MOST_NAMES = 10_000
# Of people, of terms and of rows of WPML's table, which take up to a kilobyte each; and the bytes of that table.
MOST_HELD, LARGEST_TABLE = 500_000, 200_000_000
# In characters: of what names a person or term, of which WordPress stores 250 at most, and tells of a person.
LONGEST_NAME, LONGEST_ABOUT = 255, 5000
STATUS: dict[str, Status] = {"publish": "live", "private": "private", "future": "scheduled"}
DRAFTS = {"draft": _("It was a draft there."), "pending": _("It waited for approval there; it is a draft here.")}
GONE = ("trash", "auto-draft", "inherit")
# Types of posts, and taxonomies, that WordPress and its most common plug-ins keep for themselves; also "wp_…".
INTERNAL = {
    *("attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache", "user_request"),
    *("guest-author", "polylang_mo", "acf-field", "acf-field-group", "elementor_library", "wpcf7_contact_form"),
    *("nav_menu", "post_format", "link_category", "author", "language", "term_language", "post_translations"),
    *("term_translations", "translation_priority"),
}
ARTICLES = frozenset({"post", "page"})
# Fields in which plug-ins keep what search engines are to show of an article, the most common ones first; and what they
# replace there before they show it.
DESCRIPTIONS = (
    *("_yoast_wpseo_metadesc", "rank_math_description", "_aioseo_description", "_aioseop_description"),
    "_seopress_titles_desc",
)
TEMPLATE_VARIABLE = re.compile("%[a-z_]{2,40}%|#[a-z]{1,40}_[a-z]")
# Types in which common plug-ins keep what people sent or ordered, and who they are: answers of forms, mails, orders and
# invoices, donations, bookings, tickets, applications for jobs, members and leads.
MESSAGES = frozenset((
    "ap_inbox", "awsm_job_application", "booked_appointments", "donation", "donor", "edd_license", "edd_log",
    "edd_payment", "elementor_cf_db", "etn-attendee", "evo-rsvp", "evo-subscriber", "evo-tix", "feedback",
    "fep_message", "flamingo_contact", "flamingo_inbound", "flamingo_outbound", "form-entries", "give_log",
    "give_payment", "happyforms-message", "hb_booking", "job_application", "jobpost_applicants",
    "kaliforms_submitted", "kbs_ticket", "kbs_ticket_reply", "leyka_donation", "llms_order", "llms_transaction",
    "lp_order", "mphb_booking", "mphb_payment", "nf_sub", "postman_sent_mail", "recurring_donation", "resume",
    "sa_client", "sa_estimate", "sa_invoice", "sa_payment", "sensei_message", "sfwd-assignment", "sfwd-essays",
    "sfwd-transactions", "shop_order", "shop_order_placehold", "shop_order_refund", "shop_subscription",
    "sliced_invoice", "sliced_quote", "sln_booking", "super_contact_entry", "tc_orders", "tc_tickets_instances",
    "tec_tc_attendee", "tec_tc_order", "ticket", "ticket_history", "ticket_log", "ticket_reply", "tix_attendee",
    "tix_email", "tribe_eddticket", "tribe_rsvp_attendees", "tribe_tpp_attendees", "tribe_tpp_orders",
    "tribe_wooticket", "tutor_enrolled", "wc_booking", "wc_user_membership", "wp-lead", "wpcf7s", "wpcrm-contact",
    "wpcrm-invoice", "wpcrm-opportunity", "wpi_invoice", "wpi_quote", "wplf-submission", "wpsc_cart_orders",
    "ywsbs_subscription", "zerobs_company", "zerobs_customer", "zerobs_invoice", "zerobs_quote",
    "zerobs_transaction"
))  # fmt: skip
# Of what PHP serialised: a language with a key, which some wrote as text, and values by their names.
PAIRS = re.compile(r's:\d{1,4}:"([\w-]{1,20})";(?:i:|s:\d{1,9}:")(\d{1,19})\b')
VALUES = re.compile(r's:\d{1,3}:"(locale|credit)";s:\d{1,9}:"')
LONGEST_VALUE = 1000
# As databases write into CSV that there is nothing.
NO_VALUE = {"", "NULL", r"\N"}


@dataclass(slots=True)
class Record:
    """A post, person, term or fact of a site: its texts by the names that WXR has for them.

    ``terms`` are taxonomy, slug and name of each; ``metas`` are custom fields, with all values of each.
    """

    kind: str
    texts: dict[str, str]
    terms: list[tuple[str, str, str]] = field(default_factory=list)
    metas: dict[str, list[str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def meta(self, name: str) -> str:
        return self.metas.get(name, [""])[0]

    @property
    def key(self) -> str:
        return (self["post_id"] or self["guid"] or self["link"] or self["title"])[:100]

    @property
    def is_article(self) -> bool:
        is_gone = self["status"] in GONE or is_internal(self["post_type"]) or not self.key
        return self.kind == "item" and not is_gone


def _fields(record: Record) -> dict[str, str]:
    """Return the custom fields that people filled in; names of plug-ins' own begin with a low line.

    A plug-in's description of the article is in the field that articles here have for it.
    """
    fields = {name: "\n".join(values) for name, values in record.metas.items() if not name.startswith("_")}
    for name in DESCRIPTIONS:
        text = unescape(record.meta(name))
        if not text:
            continue
        if TEMPLATE_VARIABLE.search(text) or fields.setdefault("search_description", text) != text:
            fields[name] = text
        else:
            fields.pop(name, None)
    return fields


def is_internal(kind: str) -> bool:
    return kind in INTERNAL or kind.startswith("wp_")


def admission_of(kind: str) -> Admission:
    if kind in ARTICLES:
        return "by_itself"
    return "never" if kind in MESSAGES else "by_choice"


def _values(serialised: str) -> dict[str, str]:
    """Return values of PHP's by their names. A value may hold quotation marks, and its length is often wrong."""
    found = VALUES.finditer(serialised)
    return {each[1]: serialised[each.end() : each.end() + LONGEST_VALUE].partition('";')[0] for each in found}


def identity_of(home: str) -> str:
    """Return what is the same before and after a site got its certificate; "" where that is no address."""
    address = home.lower().partition("://")[2].rstrip("/")
    return address and f"https://{address}"


def _home_of(records: Iterable[Record]) -> str:
    """Return the address of a file's site: that of its blog, else, as other programs write it, its channel's link."""
    link = ""
    for record in records:
        if record.kind == "base_blog_url" and record["base_blog_url"]:
            return record["base_blog_url"]
        if record.kind == "link":
            link = link or record["link"]
        elif record.kind == "item" and link:
            # Articles come last.
            break
    return link


def _local_name(element: Any) -> str:
    """Return an element's name without its namespace, or without a prefix that a damaged file doesn't declare."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _texts(element: Any) -> dict[str, str]:
    """Return the texts in an element by their local names, the first of each name."""
    found: dict[str, str] = {}
    for child in element:
        name = _local_name(child)
        if name == "encoded":
            name = "excerpt" if "excerpt" in child.tag else "content"
        # Others than WordPress may write a text's HTML as elements.
        elements = (etree.tostring(each, encoding="unicode") for each in child) if name == "content" else ()
        found.setdefault(name, "".join((child.text or "", *elements)).strip())
    return found


def _record_of(element: Any) -> Record:
    kind, metas = _local_name(element), defaultdict[str, list[str]](list)
    record = Record(kind, {kind: (element.text or "").strip(), **_texts(element)}, metas=metas)
    for each in element.iterchildren("category"):
        said = (each.get("domain", "category"), each.get("nicename", ""), each.text or "")
        taxonomy, slug, name = (text[:LONGEST_NAME] for text in said)
        record.terms.append((taxonomy, slug, name))
    for meta in map(_texts, element.iterchildren("{*}postmeta", "{*}termmeta")):
        if value := meta.get("meta_value"):
            metas[meta.get("meta_key", "_")].append(value)
    if sum(map(len, chain.from_iterable(metas.values()))) > 4 * get_settings().largest_text:
        metas.clear()
        record.notes.append(Note("dropped", _("%s is too long and was left out."), "postmeta"))
    if comments := sum(1 for _comment in element.iterchildren("{*}comment")):
        record.notes.append(Note("dropped", _("Comments and pings left out: %d."), comments))
    return record


def _files(path: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the files of an export in pieces: itself, or those of a zip or a folder; ``wp export`` makes several."""
    files = Files(path, most=4 * get_settings().largest_upload)
    for name in files.ending(".xml") or files.names[:1]:
        # UTF-16 writes a zero beside each byte.
        if MARK in files.head(name, HEAD).replace(b"\0", b""):
            yield name, files.pieces(name)


def _read(name: str, pieces: Iterable[bytes]) -> Iterator[Record]:
    """Yield the elements of the channel in a file, of which lxml holds one at a time. Raises ``ArchiveError``."""
    parser: Any = etree.XMLPullParser(("start", "end", "start-ns"), remove_comments=True, remove_pis=True, **SAFE_XML)
    names, depth, line, in_text, in_record = set[Any](), 0, 1, 0, 0
    rest = iter(pieces)
    for piece in chain([_beginning(next(rest, b""))], rest, [b""]):
        events = _events(parser, piece, name)
        in_text = 0 if events else in_text + len(piece)
        in_record += len(piece) + OF_ELEMENT * len(events)
        for event, found in events:
            if event == "start-ns":
                names.add(found)
            elif event == "start":
                depth, line = depth + 1, found.sourceline
                names.update((found.tag, *found.keys()))
                # No export declares a document type, and one can do harm.
                if depth == 1 and (found.tag != "rss" or found.getroottree().docinfo.doctype):
                    raise _refusal(name, line, _("it is no export of WordPress"))
            else:
                depth -= 1
                if depth == 2:
                    yield _record_of(found)
                    in_record = 0
                    found.clear()
                    while found.getprevious() is not None:
                        del found.getparent()[0]
        if not 0 < len(names) < MOST_NAMES:
            raise _refusal(name, line, _("it is no export of WordPress"))
        if in_text > LARGEST_TEXT or in_record > LARGEST_RECORD:
            raise _refusal(name, line, _("this is larger than any article of WordPress; take it out of the file"))


def _beginning(piece: bytes) -> bytes:
    """Return how a file begins, with blank lines before its declaration put behind it: lines keep their numbers."""
    content = piece.lstrip(BLANKS)
    if not content.startswith(b"<?xml"):
        return piece
    blanks = piece[: len(piece) - len(content)]
    declaration, end, rest = content.partition(b"?>")
    return declaration + end + b"\n" * blanks.count(b"\n") + rest


def _events(parser: Any, piece: bytes, name: str) -> list[tuple[str, Any]]:
    """Return what begins and ends in the next piece of a file; an empty one is its end. Raises ``ArchiveError``."""
    try:
        parser.feed(piece) if piece else parser.close()
        if parser.feed_error_log.filter_from_fatals():
            parser.close()  # raises what ``feed`` doesn't where an entity is unknown
    except etree.XMLSyntaxError as error:
        fault = parser.feed_error_log[0]
        reason = fault.message.partition("\n")[0][:100].rstrip(".")
        if not piece and fault.type != etree.ErrorTypes.ERR_INVALID_CHAR:
            reason = _("it ends in the middle; export or download it again")
        elif fault.type in {etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_CDATA_NOT_FINISHED}:
            reason = _("there is a control character; remove it")
        elif "EntityRef" in fault.message:
            reason = _("there is a lone “&”; write “&amp;” in its place")
        raise _refusal(name, fault.line, reason) from error
    return list(parser.read_events())


def _refusal(name: str, line: int, reason: str) -> ArchiveError:
    facts = {"line": line, "name": name, "reason": reason}
    return ArchiveError(_("Line %(line)d of %(name)s can't be read: %(reason)s."), facts)


def _limit(held: int) -> None:
    if held > MOST_HELD:
        raise ArchiveError(_("It has more articles, people and terms than can be read at once."))


class _Group(NamedTuple):
    """The language of a post or term, and those that are its translations."""

    key: str = ""
    language: str = ""
    original: bool = False


def _read_groups(path: Path) -> dict[tuple[str, str], _Group]:
    """Return what WPML's table ``icl_translations`` says, by "post" or "tax_…" and an id. Raises ``ArchiveError``.

    The table knows terms by their ``term_taxonomy_id``, an export by ``term_id``: a column of this name joins them.
    """
    try:
        if path.stat().st_size > LARGEST_TABLE:
            raise ArchiveError(_("%s is too large for a table of translations."), path.name)
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = dict[tuple[str, str], _Group]()
            for row in csv.DictReader(file, restval="", strict=True):
                _limit(len(found))
                is_first = row["source_language_code"] in NO_VALUE
                group = _Group(f"trid {row['trid']}", row["language_code"], is_first)
                kind, number, term = row["element_type"], row["element_id"], row.get("term_id", "")
                if kind.startswith("tax_"):
                    found[kind, number if term in NO_VALUE else term] = group
                else:
                    found[kind.partition("_")[0], number] = group
            return found
    except (OSError, KeyError, ValueError, csv.Error) as error:
        columns = "element_type, element_id, trid, language_code, source_language_code"
        message = _("%(name)s isn't WPML's table icl_translations as CSV in UTF-8 with the columns %(columns)s.")
        raise ArchiveError(message, {"name": path.name, "columns": columns}) from error


class _Index:
    """What has to be known of a site before its articles are read; small, however long those are.

    ``groups`` are those of WPML's table. Raises ``ArchiveError`` where records are too many.
    """

    def __init__(self, records: Iterable[Record], groups: dict[tuple[str, str], _Group]) -> None:
        self.people: dict[str, Contributor] = {}
        # Polylang's languages have short names of the site's choice.
        self.locales: dict[str, str] = {}
        # Of terms, by taxonomy and slug: their names, their ids, and the one language of their articles, or "".
        self._names, self._ids, self._used = (dict[tuple[str, str], str]() for _number in range(3))
        self._groups = groups
        self.parts = Parts()
        for record in records:
            self.parts.add(record)
            if record.kind in {"category", "tag", "term"}:
                self._add_term(record)
            elif record.is_article:
                self._add_terms_of(record)
            elif login := record["author_login"] or record.meta("cap-user_login"):
                # Co-Authors Plus keeps those without an account as posts.
                name = unescape(record["author_display_name"] or record["title"])[:LONGEST_NAME]
                self.people[login] = Contributor(login, name or login, record["author_description"][:LONGEST_ABOUT])
            _limit(len(self.people) + len(self.locales) + len(self._names) + len(self._groups) + len(self.parts))

    def terms(self) -> Iterator[Term]:
        for key, name in self._names.items():
            group = self._group_of(*key)
            yield Term(*key, name, self._locale(group.language) or self._used.get(key, ""), group.key)

    def _group_of(self, kind: str, slug: str) -> _Group:
        number, used = self._ids.get((kind, slug), ""), self._used.get((kind, slug), "")
        if group := self._groups.get(("tax", number)):
            return group
        group = self._groups.get((f"tax_{kind}", number), _Group())
        # Without a ``term_id`` the number may be that of another term.
        return group if used in {"", self._locale(group.language)} else _Group()

    def translation(self, record: Record) -> _Group:
        """Return what a post says of its language and group: as Polylang does, WPML, or the table of that."""
        said = {kind: slug for kind, slug, _name in record.terms}
        row = self._groups.get(("post", record["post_id"]), _Group())
        wpml = record.meta("_wpml_import_language_code")
        return _Group(
            said.get("post_translations") or record.meta("_wpml_import_translation_group") or row.key,
            self._locale(said.get("language") or record.meta("_icl_lang_code") or wpml or row.language),
            row.original or bool(wpml and not record.meta("_wpml_import_source_language_code")),
        )

    def _locale(self, language: str) -> str:
        return self.locales.get(language, language)

    def _add_term(self, record: Record) -> None:
        kind = {"category": "category", "tag": "post_tag"}.get(record.kind) or record["term_taxonomy"]
        slug = (record["category_nicename"] or record["tag_slug"] or record["term_slug"])[:LONGEST_NAME]
        name = (record["cat_name"] or record["tag_name"] or record["term_name"])[:LONGEST_NAME]
        if kind == "language":
            self.locales[slug] = _values(record["term_description"]).get("locale", slug)
        elif kind == "term_translations":
            pairs = PAIRS.findall(record["term_description"])
            self._groups |= {("tax", number): _Group(slug, language) for language, number in pairs}
        elif not is_internal(kind):
            self._names[kind, slug], self._ids[kind, slug] = unescape(name) or slug, record["term_id"]
            if language := record.meta("_wpml_import_language_code"):
                group = _Group(record.meta("_wpml_import_translation_group"), language)
                self._groups["tax", record["term_id"]] = group

    def _add_terms_of(self, record: Record) -> None:
        """Add the terms of an article: an export of posts alone has no list of them."""
        language = self.translation(record).language
        for kind, slug, name in record.terms:
            if not is_internal(kind):
                self._names.setdefault((kind, slug), unescape(name) or slug)
                self._used[kind, slug] = language if self._used.get((kind, slug), language) == language else ""


class WordPressArchive(Archive):
    """An export of WordPress, without what is in the trash there. A post that is in two files comes twice."""

    texts: Literal["plain", "wordpress"] = "wordpress"

    def __init__(self, path: Path, options: Options) -> None:
        self.path, self.options = path, options
        homes = {identity_of(home)[:255]: home for home in self.homes()}
        if not homes:
            raise ArchiveError(_("%s is no export of WordPress."), path.name)
        homes.pop("", None)
        if not homes:
            text = _("%s doesn't say of which site it is: write its address as <link> below <channel>.")
            raise ArchiveError(text, path.name)
        if len(homes) > 1:
            raise ArchiveError(_("It has exports of several sites; import each by itself."))
        self.identity, home = homes.popitem()
        self.site = home.rstrip("/")

    def homes(self) -> Iterator[str]:
        """Yield for each file the address of its site, "" where it names none; reads no further than that."""
        for name, pieces in _files(self.path):
            yield _home_of(_read(name, pieces))

    def records(self) -> Iterator[Record]:
        """Yield all that the files say, people and terms before articles. Raises ``ArchiveError``."""
        for name, pieces in _files(self.path):
            yield from _read(name, pieces)

    @cached_property
    def _index(self) -> _Index:
        groups = _read_groups(self.options.groups) if self.options.groups else {}
        return _Index(self.records(), groups)

    def contributors(self) -> Iterator[Contributor]:
        return iter(self._index.people.values())

    def terms(self) -> Iterator[Term]:
        return self._index.terms()

    def media(self) -> Iterator[Medium]:
        for record in self.records():
            address = record["attachment_url"] or record["guid"]
            if record["post_type"] != "attachment" or record["status"] == "trash" or not address:
                continue
            about = _values(record.meta("_wp_attachment_metadata"))
            yield Medium(
                key=record.key,
                address=address,
                title=unescape(record["title"]),
                caption=record["excerpt"],
                alt=unescape(record.meta("_wp_attachment_image_alt")),
                credit=about.get("credit", "") or record["credit"],
                page_addresses=tuple(each for each in self._addresses(record, "attachment_id") if each != address),
                language=self._index.translation(record).language,
            )

    def items(self) -> Iterator[Item]:
        for record in self.records():
            if record.is_article:
                yield self._item(record)

    def _item(self, record: Record) -> Item:
        kind, translation, creator = record["post_type"] or "post", self._index.translation(record), record["creator"]
        notes, said, status = [*record.notes], record["status"], STATUS.get(record["status"], "draft")
        if record["post_password"]:
            status = "draft"
            notes.append(Note("dropped", _("It was shown to those with a password only; it became a draft.")))
        elif said in DRAFTS:
            notes.append(Note("guessed", DRAFTS[said]))
        elif said not in STATUS:
            notes.append(Note("guessed", _("Its status, %s, is unknown here; it became a draft."), said[:40] or "?"))
        fields = _fields(record)
        published, there = moment(record["post_date_gmt"]), moment(record["post_date"])
        # WordPress gives drafts no date in GMT until they are published.
        if not published and there and status != "draft":
            published = timezone.make_aware(there.replace(tzinfo=None), timezone.get_default_timezone())
            notes.append(Note("guessed", _("Its date is in a time zone that the export doesn't say.")))
        # The list of Co-Authors Plus, if there is one; whom WordPress itself names comes first.
        authors = [name for taxonomy, _slug, name in record.terms if taxonomy == "author"] or [creator]
        return Item(
            key=record.key,
            title=record["title"],
            slug=unquote(record["post_name"]),
            language=translation.language,
            group=translation.key,
            original=translation.original,
            kind=kind,
            admission=admission_of(kind),
            status=status,
            lead=record["excerpt"],
            html=self._index.parts.put_in(record["content"], record["post_id"]),
            texts=self.texts,
            published=published,
            modified=moment(record["post_modified_gmt"]),
            authors=tuple(sorted(filter(None, dict.fromkeys(authors)), key=lambda login: login != creator)),
            terms=tuple((taxonomy, slug) for taxonomy, slug, _name in record.terms if not is_internal(taxonomy)),
            picture=record.meta("_thumbnail_id"),
            data={name: fields.pop(name) for name in ("footnotes",) if name in fields},
            fields=fields,
            addresses=self._addresses(record, "p", *(["page_id"] if kind == "page" else [])),
            notes=tuple(notes),
        )

    def _addresses(self, record: Record, *parameters: str) -> tuple[str, ...]:
        link, slug, number = record["link"], record["post_name"], record["post_id"]
        found = [link, record["guid"], *(f"{self.site}/?{name}={number}" for name in parameters if number)]
        if slug and slug in link:
            # Slugs in other letters than Latin are percent-encoded there, or not.
            found += [quote(each, safe="%").join(link.rsplit(slug, 1)) for each in record.metas.get("_wp_old_slug", [])]
        return tuple(dict.fromkeys(each for each in found if re.match("https?://.{1,2000}$", each)))

    def read(self, medium: Medium) -> BinaryIO | None:
        return file_at(self.options.media, medium.address)


class WordPress:
    """The format: a WXR file, a zip of such files as WordPress.com gives it, or a folder of them."""

    name = "wordpress"
    label = gettext_lazy("WordPress export (WXR)")
    open = WordPressArchive

    def recognises(self, path: Path) -> bool:
        with suppress(ArchiveError):
            return next(_files(path), None) is not None
        return False
