"""Another archive's stories come into this one."""
