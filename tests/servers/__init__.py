"""The site with files in a real S3-compatible store and pages in a real Redis, each of which is killed."""
