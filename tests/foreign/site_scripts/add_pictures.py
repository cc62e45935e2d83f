"""Give the site pictures of Wagtail's own model; one was deleted since."""

from django.contrib.auth import get_user_model
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

uploader = get_user_model().objects.create_user("anna", "anna@example.org", "x")
for width in (11, 12, 13, 14):
    facts = {"title": f"{width} breit", "file": get_test_image_file(f"{width}.png", size=(width, 8))}
    Image.objects.create(**facts, uploaded_by_user=uploader, focal_point_x=3).tags.add("Donau")
Image.objects.get(width=12).delete()
