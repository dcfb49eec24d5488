"""Who is asking: live facts about the user behind a token."""
