"""The lab as plain files: every page with what it shows at each place of its sliders."""
