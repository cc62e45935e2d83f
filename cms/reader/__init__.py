"""The frame around what plug-ins show to readers: masthead, headers of answers, feeds, sitemap."""
