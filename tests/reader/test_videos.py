"""Which addresses are videos that we may show, and where nothing is loaded from."""

from __future__ import annotations

import pytest

from chorsu_articles.videos import FRAME_SOURCES, player_of


@pytest.mark.parametrize(
    ("address", "player"),
    [
        (
            "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
            "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1",
        ),
        ("https://youtu.be/aqz-KE-bpKQ?t=5", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"),
        (
            "https://m.youtube.com/watch?t=5&v=aqz-KE-bpKQ",
            "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1",
        ),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
    ],
)
def test_known_providers_have_a_player_of_their_own(address, player):
    assert player_of(address).url == player
    assert any(player.startswith(source) for source in FRAME_SOURCES)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.example.org/watch?v=aqz-KE-bpKQ", "example.org"),
        ("https://youtube.com.example.org/watch?v=aqz-KE-bpKQ", "youtube.com.example.org"),
        ("https://www.youtube.com/@channel", "youtube.com"),
        ("https://[broken", ""),
        ("not an address", ""),
    ],
)
def test_other_addresses_stay_links(address, name):
    player = player_of(address)
    assert (player.name, player.url) == (name, None)
