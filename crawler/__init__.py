"""Is Scrapy's entrance: its settings, and the sources that its spiders crawl."""
