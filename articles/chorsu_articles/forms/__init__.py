"""Forms that sites name in their settings: pictures, documents."""
