"""What is held about people: documents."""

from apps.core.personal import DELETE, NAMED, nobodys, personal

from .models.document import Document, DocumentVersion
from .models.formats import DocumentFormat, FormatFile

nobodys("Texts that the trust goes by; no person is in them.", DocumentVersion)
personal(Document, "Documents that you began", mentions=("created_by",), why=NAMED)
personal(
    DocumentFormat,
    "Other formats of documents",
    why="Who asked is a list apart, and goes.",
)
personal(
    DocumentFormat.asked_by.through,
    "Formats that you asked for",
    about=("user",),
    erase=DELETE,
)
personal(
    FormatFile,
    "Files of formats that you added",
    about=("uploaded_by",),
    files=("file",),
    why="It belongs to the document.",
)
