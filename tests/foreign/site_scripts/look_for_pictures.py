"""Hold what stored text shows against the pictures that the site had; former rows go, and their files stay."""

from pathlib import Path

from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.rich_text import expand_db_html

from chorsu_articles.models import Picture

facts = ("pk", "title", "file", "width", "height", "created_at", "uploaded_by_user", "collection", "focal_point_x")
assert list(Picture.objects.order_by("pk").values(*facts)) == list(Image.objects.order_by("pk").values(*facts))
files = {picture.pk: Path(picture.file.path) for picture in Image.objects.all()}
Image.objects.all().delete()
for key, file in files.items():
    assert file.is_file()
    assert list(Picture.objects.get(pk=key).tags.names()) == ["Donau"]
    shown = expand_db_html(f'<embed embedtype="image" alt="" format="left" id="{key}"/>')
    assert f'width="{Picture.objects.get(pk=key).width}"' in shown, shown
added = Picture.objects.create(title="Neu", file=get_test_image_file("15.png"))
assert added.pk == max(files) + 1
