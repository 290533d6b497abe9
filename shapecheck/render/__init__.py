"""From a report to a screen or a file. User text is cleaned here, in every renderer."""
