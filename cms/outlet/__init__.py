"""What the newsroom says about itself on every page: name, logo, colour, menu and footer, arranged in the admin."""
