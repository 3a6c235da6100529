"""What strangers may read of texts: passages at fixed places, and the search of them."""
