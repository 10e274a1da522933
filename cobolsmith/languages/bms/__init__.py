"""BMS: from a source to its maps, and the copybooks they generate."""
