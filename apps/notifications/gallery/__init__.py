"""The messages that the site sends, for the office: what each says, to whom, when, in whose words.

Whoever may change words changes what hundreds read under the trust's name. So everybody else who
may hears of each change at once; and messages by which people notice what is done to their account
cannot be changed at all.
"""
