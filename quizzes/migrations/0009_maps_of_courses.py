"""Courses get the maps that their figures and questions name, which until now every course had.

The outlines are those of then, beside this file; loading a course puts what its own files say in their place.
"""

import json
from math import asinh, radians, tan
from pathlib import Path

from django.db import migrations

FROM_FILES = "from before maps were in files"
"""Marks a map as one that a load may retire, where the course has come from files."""
WIDTH = 320
MAPS = {
    "korea": {"title": "Korea", "west": 123.5, "south": 33, "east": 132, "north": 43.5},
    "northeast-asia": {"title": "Northeast Asia", "west": 119, "south": 38, "east": 143, "north": 56},
}
CREDIT = {"projection": "mercator", "credit": "Natural Earth", "licence": "public domain"}


def outlines_of(key):
    """Return the polygons of a map."""
    path = Path(__file__).parent / "maps_of_then" / f"{key}.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [polygon for feature in features for polygon in feature["geometry"]["coordinates"]]


def path_of(polygons, box):
    """Return the polygons as the data of one SVG path, by Mercator's projection."""
    scale = WIDTH / radians(box["east"] - box["west"])
    top = asinh(tan(radians(box["north"])))

    def spell(at):
        return f"{radians(at[0] - box['west']) * scale:.1f},{(top - asinh(tan(radians(at[1])))) * scale:.1f}"

    return "".join(f"M{'L'.join(map(spell, ring[:-1]))}Z" for polygon in polygons for ring in polygon)


def give_maps(apps, schema_editor):
    """Give each course the maps that are named in it."""
    figures = apps.get_model("courses", "Figure").objects
    revisions = apps.get_model("quizzes", "ItemRevision").objects.filter(body__kind="map")
    maps, courses = apps.get_model("courses", "Map").objects, apps.get_model("courses", "Course").objects
    for key, box in MAPS.items():
        drawn = figures.filter(declaration__map=key).values_list("course", flat=True)
        asked = revisions.filter(body__map=key).values_list("item__course", flat=True)
        polygons = outlines_of(key)
        for course in courses.filter(pk__in={*drawn, *asked}):
            loaded = FROM_FILES if course.loaded_hash else ""
            row = {"outlines": polygons, "path": path_of(polygons, box), "loaded_hash": loaded, **box, **CREDIT}
            maps.create(course=course, key=key, **row)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0008_reasons_have_authors"), ("courses", "0011_maps")]

    operations = [migrations.RunPython(give_maps, migrations.RunPython.noop)]
