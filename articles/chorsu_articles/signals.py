"""What a site may listen to. Each signal is sent inside the transaction that makes it true.

``shown_facts_changed``
    Kind, credit or licence of a picture that readers see was changed: ``picture``, ``user``, ``before`` and ``after``
    (dictionaries of what differs) and ``sources``, the pages and other objects that show it.

``shown_texts_changed``
    A text that stood in a vocabulary, an address, or a person's name in any language was changed: ``row``, ``user``,
    ``before`` and ``after`` (dictionaries of what differs, by column).

``stands_in``
    A size of ``picture`` couldn't be made now, or its file can't be read: don't cache what is being shown.

The sender of those about protected names is ``ProtectedIdentity``. An account can be chosen only where somebody
listens: a site whose mail goes to the address in the account can't hide that address.

``name_protected``
    A person has a code name now, or a protected author an account. A receiver gives ``identity.account``, if any, the
    code name too and keeps in ``identity.account_texts`` what it replaces; the sender saves the identity.

``name_lifted``
    Two have lifted the protection: a receiver gives ``identity.account``, if any, its names and address back, or
    raises ``chorsu_articles.protected_names.LiftingRefusedError``.
"""

from __future__ import annotations

from django.dispatch import Signal

name_protected = Signal()
name_lifted = Signal()
shown_facts_changed = Signal()
shown_texts_changed = Signal()
stands_in = Signal()
