-- The audit bundle of a tender gathers the promises that were given for its bids.
create index act_answer_bids on act_answer (case_id) where act in ('submit-bid', 'withdraw-bid');
