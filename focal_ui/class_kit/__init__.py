"""What a teacher takes into class: plan, worksheets, links, and all of it on paper."""
