"""Shows strangers what they may read of texts: passages at fixed places, and the search of them."""
