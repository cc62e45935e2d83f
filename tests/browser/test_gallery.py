"""The viewer of pictures: by keyboard, finger and mouse, in both directions of writing, and without script."""

from __future__ import annotations

from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.editing import section
from tests.browser.test_reader import CONTRAST, problems_of
from tests.cms.content import block, item
from tests.factories import make_article, make_picture


def open_gallery(new_page: NewPage, code: str = "en", number: int = 3, **options) -> Page:
    picture = make_picture(credit="By her").pk
    pictures = [
        item({"picture": picture, "caption": f"Caption {each}", "alt": f"Alt {each}"}, str(each))
        for each in range(number)
    ]
    single = {"picture": picture, "caption": "Alone", "alt": "Single", "size": "text"}
    body = [block("gallery", {"pictures": pictures}), block("picture", single)]
    article = make_article(section(code=code), body=body)
    Client().get(article.url)  # pictures are made before a browser waits for them
    page = new_page(**options)
    page.goto(article.url)
    return page


def expect_picture(page: Page, number: int, place: str) -> None:
    expect(page.locator(".viewer-number")).to_have_text(place)
    figure = page.locator(".viewer-pictures figure").nth(number)
    expect(figure).to_be_in_viewport(ratio=0.98)
    expect(figure.locator("img")).to_have_js_property("complete", True)
    assert figure.locator("img").evaluate("(image) => image.naturalWidth") > 0


def test_pictures_are_looked_at_by_keyboard(new_page, newsroom, live_server):
    page = open_gallery(new_page, "fa")
    problems = problems_of(page, live_server.url)
    places = ["۱ از ۳", "۲ از ۳", "۳ از ۳"]
    opener = page.locator(".gallery a").nth(1)
    opener.focus()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog")
    expect(viewer.locator(".viewer-pictures")).to_be_focused()
    expect_picture(page, 1, places[1])
    steps = (("ArrowLeft", 2), ("ArrowLeft", 2), ("ArrowRight", 1), ("Home", 0), ("ArrowRight", 0), ("End", 2))
    for key, number in steps:
        page.keyboard.press(key)
        expect_picture(page, number, places[number])
    expect(viewer.locator("[data-step='1']")).to_have_attribute("aria-disabled", "true")
    for _stop in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('main, header, footer')")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(opener).to_be_focused()
    assert problems == []


def test_pictures_are_swiped(new_page, newsroom):
    page = open_gallery(new_page, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator(".gallery a").first.tap()
    expect_picture(page, 0, "1 of 3")
    finger = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": place, "y": 400} for place in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for number in (1, 2):
        touch("touchStart", 300)
        for place in range(290, 40, -25):
            touch("touchMove", place)
        touch("touchEnd")
        expect_picture(page, number, f"{number + 1} of 3")
    page.get_by_role("button", name="Close").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_viewer_has_words_and_contrast_and_no_second_path(new_page, newsroom):
    page = open_gallery(new_page)
    paths = page.locator("[data-content-path]").count()
    page.locator(".gallery a").nth(2).click()
    viewer = page.get_by_role("dialog", name="Pictures")
    expect(viewer.get_by_role("img", name="Alt 2")).to_be_visible()
    expect(viewer.get_by_text("Caption 2")).to_be_in_viewport()
    expect(viewer.get_by_text("By her").last).to_be_in_viewport()
    assert page.locator("[data-content-path]").count() == paths
    assert page.evaluate(CONTRAST) == []
    viewer.get_by_role("button", name="Previous picture").click()
    expect_picture(page, 1, "2 of 3")
    viewer.get_by_role("button", name="Close").click()
    # A single picture opens alone.
    page.locator(".body > figure a.whole-picture").click()
    viewer = page.get_by_role("dialog")
    expect(viewer.get_by_role("img", name="Single")).to_be_visible()
    expect(viewer.get_by_role("button")).to_have_count(1)
    viewer.locator("figure").click(position={"x": 5, "y": 5})
    expect(viewer).to_have_count(0)


def test_only_pictures_near_the_shown_one_are_loaded(new_page, newsroom):
    page = open_gallery(new_page, number=6)
    page.locator(".gallery a").first.click()
    expect_picture(page, 0, "1 of 6")
    assert page.locator(".viewer-pictures img[src]").count() == 2


def test_without_script_a_picture_is_a_link_to_its_file(new_page, newsroom):
    page = open_gallery(new_page, java_script_enabled=False)
    page.locator(".gallery a").first.click()
    page.wait_for_url("**/media/**.webp")
