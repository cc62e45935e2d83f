"""Draw the demo's pictures: landscapes, patterns, rooms, maps and charts in one palette, the same at every call.

They are drawn when the demo is loaded (a quarter of a second each), which keeps the repository small. Two photographs
lie beside this module, free of rights (``photos/README.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from demo.pictures import charts, interiors, landscapes, maps, patterns, places, scenes, towns
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
    "portrait-three": interiors.portrait_three,
    "portrait-four": interiors.portrait_four,
    "hydro": places.hydro,
    "power-chart": charts.power_chart,
    "containers": places.container_yard,
    "corridor-map": scenes.corridor_map,
    "wait-chart": charts.wait_chart,
    "classroom": scenes.classroom,
    "reading-chart": charts.reading_chart,
    "departures": places.departures,
    "clinic": places.clinic,
    "radio": places.radio,
    "dig": scenes.dig,
    "dig-plan": scenes.dig_plan,
    "hives": scenes.hives,
    "teahouse": scenes.teahouse,
    "ice-camp": scenes.ice_camp,
    "book-fair": scenes.book_fair,
    "heat": charts.heat,
    "border-market": places.border_market,
}
PHOTOS = Path(__file__).parent / "photos"


def draw(key: str) -> Image.Image:
    """Return the picture of this key, a drawn one in ``SIZE``; raise ``KeyError`` for an unknown key."""
    photo = PHOTOS / f"{key}.jpg"
    if photo.exists():
        return Image.open(photo)
    canvas = Canvas(seed=key)
    SCENES[key](canvas)
    return canvas.finish()
