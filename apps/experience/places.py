"""Where the pages about working together are."""

from apps.core.places import beneath, thing

thing("What we heard", "group_heard")
thing("What was said", "heard")
beneath("/how-it-was/", "groups")
