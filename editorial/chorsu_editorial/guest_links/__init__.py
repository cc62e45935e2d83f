"""Links to a draft for one reader without an account: given for some days. docs/decisions/guest-links.md"""
