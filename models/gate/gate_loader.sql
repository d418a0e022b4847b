-- How a delivery's file is read, with the same macro as the build's seeds. No table: `receive` puts the file's own path,
-- separator, title lines and columns in the place of these.
{{ read_text_csv('@PATH@', '@DELIMITER@', '@SKIP@', ['@COLUMN@']) }}
