"""The errors of Portique: each message is a French sentence that a reader can act on."""


class PortiqueError(Exception):
    """Base of every error we raise; its text names the thing, what was found, what was expected, what to do."""


class SettingError(PortiqueError):
    """A setting of the environment has a value that cannot be meant."""


class ReferenceDataError(PortiqueError):
    """A file of `data/` is missing or does not hold what it must."""


class FigureRefused(PortiqueError):
    """A published figure breaks a rule of `data/`; nothing was written."""


class RegisterError(PortiqueError):
    """The register cannot be used as it stands; nothing was changed."""


class RegisterMissing(RegisterError):
    """A register that was created here is no longer there."""


class RegisterDamaged(RegisterError):
    """A register's files are emptied, unreadable or incomplete."""


class RegisterTooNew(RegisterError):
    """A register was written by a newer Portique."""


class RegisterTooOld(RegisterError):
    """A register was written by a Portique from before the first published one."""


class RegisterFull(RegisterError):
    """The disk has no room for what was to be written."""


class RegisterBusy(RegisterError):
    """Another writer committed first, or holds the catalogue."""


class RowsRefused(RegisterError):
    """Rows break a rule of the register; none of them was written."""


class ImportRefused(RegisterError):
    """An import cannot be undone or done again as things stand; nothing was changed."""


class CorrectionRefused(RegisterError):
    """A correction cannot be made as asked; nothing was changed."""


class BackupError(PortiqueError):
    """A backup cannot be written, or does not hold what it must; no register was changed."""


class QuestionError(PortiqueError):
    """A question could not be asked or answered."""


class QuestionTimeout(QuestionError):
    """A question was stopped at its time limit."""


class MeasureError(PortiqueError):
    """A measure was asked to be what it is not: summed, renamed or compared beyond its definition."""


class FileRefused(PortiqueError):
    """A file of a user cannot be read as a table, or lacks what an import needs; nothing was written."""


class DecisionsRefused(PortiqueError):
    """What was decided of a file (its mapping) does not have the form that it must."""
