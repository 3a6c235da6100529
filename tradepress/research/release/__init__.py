"""Makes frozen data packages."""
