"""Pictures of trained detectors: runs over their steps, boxes, scores and the warm-up."""
