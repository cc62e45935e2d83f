"""Draw the demo's pictures: flat landscapes, patterns, rooms and maps in one palette, the same at every call.

They are drawn when the demo is loaded (a quarter of a second each), which keeps the repository small.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from demo.pictures import interiors, landscapes, maps, patterns, towns
from demo.pictures.canvas import SIZE, Canvas

__all__ = ["SCENES", "SIZE", "draw"]

SCENES: dict[str, Callable[[Canvas], None]] = {
    "glacier": landscapes.glacier,
    "river": landscapes.river,
    "apricots": patterns.apricots,
    "dryers": landscapes.dryers,
    "seeds": interiors.seeds,
    "wheat": landscapes.wheat,
    "library": interiors.library,
    "reading": towns.reading,
    "bus": towns.bus,
    "bus-map": maps.bus_map,
    "haze": towns.haze,
    "sensor": towns.sensor,
    "train": landscapes.train,
    "rail-map": maps.rail_map,
    "suzani": patterns.suzani,
    "ikat": patterns.ikat,
    "guesthouse": landscapes.guesthouse,
    "night": landscapes.night,
    "workshop": interiors.workshop,
    "hall": interiors.hall,
    "canal": maps.canal,
    "bazaar": towns.bazaar,
    "dome": maps.dome,
    "screens": interiors.screens,
    "portrait-one": interiors.portrait_one,
    "portrait-two": interiors.portrait_two,
}


def draw(key: str) -> Image.Image:
    """Return the picture of this key in ``SIZE``; raise ``KeyError`` for an unknown key."""
    canvas = Canvas(seed=key)
    SCENES[key](canvas)
    return canvas.finish()
