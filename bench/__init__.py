"""``make bench``: what a scrape costs, as ratios measured side by side in one run."""
