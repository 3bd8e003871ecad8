-- Documents of awards without competition and of awards that were withdrawn.
alter table case_document drop constraint case_document_kind_check;
alter table case_document add constraint case_document_kind_check
  check (kind in ('notice', 'amendment', 'rebid', 'opening', 'award', 'direct-award', 'award-withdrawn', 'failure', 'cancellation', 'contract'));
