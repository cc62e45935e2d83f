"""Numbers in an article's tables and files, as each language's press writes them."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from chorsu_articles.templatetags.chorsu_articles_tags import file_facts, table_number


@pytest.mark.parametrize(
    ("code", "number", "size"),
    [
        ("ru", "1234,5", "PDF, 3,3\xa0МБ"),
        ("tg", "1234,5", "PDF, 3,3\xa0МБ"),
        ("en", "1234.5", "PDF, 3.3\xa0MB"),
        ("kk", "1234,5", "PDF, 3,3\xa0МБ"),
        ("ky", "1234,5", "PDF, 3,3\xa0мегабайт"),
        ("uz", "1234,5", "PDF, 3,3\xa0MB"),
        ("fa", "۱۲۳۴٫۵", "PDF، ۳٫۳\xa0MB"),
    ],
)
def test_decimals(code: str, number: str, size: str) -> None:
    document = SimpleNamespace(file_extension="pdf", get_file_size=lambda: 3_500_000)
    with override(code):
        assert table_number(Decimal("1234.5")) == number
        assert file_facts(document) == size
