"""Page « Registre »: the user's own register, a file brought to it, checked, previewed, imported and undone."""

from portique.showing import ui
from portique.showing.ui import intake
from portique.showing.ui.register import register

intake.settle()
view = ui.page("registre", "Votre registre : importer un fichier")
ui.frame(view)
register(view)
