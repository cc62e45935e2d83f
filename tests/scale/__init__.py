"""Two sites and two workers behind nginx, killed one after the other: `make scale`."""
