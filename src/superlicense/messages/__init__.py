"""Messages for people: reasons, errors, enum members and labels in every language.

| file | owns |
|---|---|
| `catalogs` | which messages a language has, and which variant of one applies |
| `titles` | names of owners, licenses, meters and units |
| `formats` | dates, instants, numbers, money and sizes of a language |
| `wording` | a message with its parameters, as one line |
| `folding` | reasons that repeat, as one |
| `errors` | the message of an error, with its cure |
| `localizer` | texts of one installation in one language |

Source: design section 14; the Danish follows the vendor's Danish help, domain 1.
"""

from superlicense.messages.catalogs import languages
from superlicense.messages.localizer import LocalizedText, Localizer, message

__all__ = ["LocalizedText", "Localizer", "languages", "message"]
