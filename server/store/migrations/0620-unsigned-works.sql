-- Whether a key left this content unsigned before: also rejected works are looked up by their content.
create index works_content_history on works (content_hash, key_id);
