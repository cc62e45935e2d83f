"""Terms of each pair of languages: found in texts, checked in translations, proposed and approved in the admin."""
