"""Drawing results into pictures: boxes, skeletons, trails, a map of the pitch."""
