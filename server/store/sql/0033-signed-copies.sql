-- Signed documents are copies, like the documents they were made from: the fact stands inside, the signatures speak for themselves.
comment on table signed_document is 'copy: documents with the signatures of their parties, kept as they were signed';
