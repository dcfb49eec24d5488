"""Results shared by processes and hosts: gauges of the platform's scrape, with a stated age."""
