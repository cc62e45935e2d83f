"""The reviewer's screen and what follows an approval, in the admin."""
