-- What SQLite's shell does with most kinds of statements; the output is compared.
.bail on
.headers on
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL, tags TEXT, data BLOB);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
INSERT INTO item SELECT i, printf('item-%05d', i * 7919 % 5003), i * 0.25,
  json_array(i % 7, i % 11, 'tag' || i % 13), zeroblob(i % 64) FROM n;
CREATE INDEX by_name ON item(name);
CREATE TABLE log(at INTEGER, what TEXT);
CREATE TRIGGER on_change AFTER UPDATE ON item BEGIN INSERT INTO log VALUES(new.id, 'changed ' || new.name); END;
CREATE VIEW cheap AS SELECT * FROM item WHERE price < 100;
SELECT count(*), sum(price), min(name), max(name), total(length(data)) FROM item;
UPDATE item SET price = price * 2 WHERE id % 10 = 0;
SELECT count(*), max(at) FROM log;
DELETE FROM item WHERE name LIKE '%99';
BEGIN; UPDATE item SET name = name || '!'; SAVEPOINT s; DELETE FROM item; ROLLBACK TO s; COMMIT;
SELECT name, price FROM cheap ORDER BY name DESC LIMIT 5;
SELECT json_extract(tags, '$[2]') AS tag, count(*), round(avg(price), 3) FROM item GROUP BY tag HAVING count(*) > 10 ORDER BY 2 DESC, 1;
SELECT id, price, sum(price) OVER (ORDER BY id ROWS 3 PRECEDING) AS running, rank() OVER (PARTITION BY id % 5 ORDER BY price) FROM item LIMIT 10;
WITH RECURSIVE fib(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM fib LIMIT 60) SELECT max(a), group_concat(a % 10, '') FROM fib;
EXPLAIN QUERY PLAN SELECT * FROM item AS x JOIN item AS y USING (name) WHERE x.id < 10;
SELECT x.id, y.name FROM item AS x LEFT JOIN cheap AS y ON y.id = x.id + 400 WHERE x.id IN (1, 5, 10, 4000) ORDER BY x.id;
ALTER TABLE log ADD COLUMN note TEXT DEFAULT 'none';
SELECT note, count(*) FROM log GROUP BY note;
SELECT hex(substr(data, 1, 2)), quote(name), typeof(price), upper(replace(name, 'item', 'thing')) FROM item WHERE id BETWEEN 60 AND 66;
PRAGMA integrity_check;
VACUUM;
.schema
.dump log
