// The tables of a workspace. A released entry is never changed: a new version is a new entry at the end.

/** `DSCT`: marks the file as ours in SQLite's application id. */
export const workspaceId = 0x44534354;

export const migrations: readonly string[] = [
  `
  CREATE TABLE dataset (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    -- SHA-256 of the content, so that a model can name what it was trained on.
    hash TEXT NOT NULL,
    manifest TEXT NOT NULL
  ) STRICT;

  CREATE TABLE model (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    spec TEXT NOT NULL
  ) STRICT;

  CREATE TABLE run (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    data TEXT NOT NULL,
    model TEXT NOT NULL,
    backend TEXT NOT NULL,
    seed INTEGER NOT NULL,
    request TEXT NOT NULL,
    created TEXT NOT NULL,
    started TEXT,
    ended TEXT,
    epoch REAL NOT NULL DEFAULT 0,
    step INTEGER NOT NULL DEFAULT 0,
    total_steps INTEGER NOT NULL DEFAULT 0,
    metrics TEXT NOT NULL DEFAULT '{}',
    fault TEXT,
    -- The process that does the run; see processIdentity.ts.
    pid INTEGER,
    process_started TEXT,
    host TEXT
  ) STRICT;

  CREATE TABLE run_parameter (
    run TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- JSON, so that numbers, texts and booleans stay apart.
    value TEXT NOT NULL,
    PRIMARY KEY (run, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE run_tag (
    run TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (run, tag)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    UNIQUE (run, name)
  ) STRICT;

  -- Points of a series in order of arrival, packed by column: see metricChunk.ts. min and max are of the finite values.
  CREATE TABLE chunk (
    series INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    points INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    min REAL,
    max REAL,
    last REAL,
    columns BLOB NOT NULL,
    PRIMARY KEY (series, number)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What happened to a run, in words: its console. Milliseconds since 1970, UTC.
  CREATE TABLE run_log (
    run TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    time INTEGER NOT NULL,
    level TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX run_log_of_run ON run_log (run, time);

  -- Runs that wait for their turn. place: ascending.
  CREATE TABLE run_queue (
    run TEXT PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
    place INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- How long a step took here, so that the next run of the same shape can be told beforehand. shape: SHA-256 of the step graph.
  CREATE TABLE step_time (
    shape TEXT NOT NULL,
    backend TEXT NOT NULL,
    milliseconds REAL NOT NULL,
    flops REAL NOT NULL,
    measured INTEGER NOT NULL,
    PRIMARY KEY (shape, backend)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE run ADD COLUMN notes TEXT NOT NULL DEFAULT '';
  ALTER TABLE run ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
  -- When it was removed. It can be taken back until the workspace is closed; then its files go.
  ALTER TABLE run ADD COLUMN removed TEXT;

  -- The number of the last change of each run, so that other processes find what changed; runs that are gone stay here.
  CREATE TABLE run_change (run TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX run_change_by_number ON run_change (number);
  CREATE TRIGGER run_insert AFTER INSERT ON run BEGIN
    INSERT INTO run_change (run, number) VALUES (NEW.id, (SELECT coalesce(max(number), 0) + 1 FROM run_change))
    ON CONFLICT (run) DO UPDATE SET number = excluded.number;
  END;
  CREATE TRIGGER run_update AFTER UPDATE ON run BEGIN
    INSERT INTO run_change (run, number) VALUES (NEW.id, (SELECT coalesce(max(number), 0) + 1 FROM run_change))
    ON CONFLICT (run) DO UPDATE SET number = excluded.number;
  END;
  CREATE TRIGGER run_delete AFTER DELETE ON run BEGIN
    INSERT INTO run_change (run, number) VALUES (OLD.id, (SELECT coalesce(max(number), 0) + 1 FROM run_change))
    ON CONFLICT (run) DO UPDATE SET number = excluded.number;
  END;
  CREATE TRIGGER run_parameter_insert AFTER INSERT ON run_parameter BEGIN
    INSERT INTO run_change (run, number) VALUES (NEW.run, (SELECT coalesce(max(number), 0) + 1 FROM run_change))
    ON CONFLICT (run) DO UPDATE SET number = excluded.number;
  END;
  CREATE TRIGGER run_tag_insert AFTER INSERT ON run_tag BEGIN
    INSERT INTO run_change (run, number) VALUES (NEW.run, (SELECT coalesce(max(number), 0) + 1 FROM run_change))
    ON CONFLICT (run) DO UPDATE SET number = excluded.number;
  END;
  CREATE TRIGGER run_tag_delete AFTER DELETE ON run_tag BEGIN
    INSERT INTO run_change (run, number) VALUES (OLD.run, (SELECT coalesce(max(number), 0) + 1 FROM run_change))
    ON CONFLICT (run) DO UPDATE SET number = excluded.number;
  END;
  `,
  `
  -- When it was removed. It can be taken back until the workspace is closed; then its files go, unless a run refers to them.
  ALTER TABLE dataset ADD COLUMN removed TEXT;

  -- Every state of a data set that runs may refer to, by the hash of content, roles and split.
  CREATE TABLE dataset_version (
    dataset TEXT NOT NULL REFERENCES dataset(id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    created TEXT NOT NULL,
    count INTEGER NOT NULL,
    -- What made it, in words.
    reason TEXT NOT NULL,
    PRIMARY KEY (dataset, hash)
  ) STRICT, WITHOUT ROWID;

  -- Augmentation pipelines (JSON) by the id of the data set, be it of the workspace or an example of the application.
  CREATE TABLE augmentation (dataset TEXT PRIMARY KEY, pipeline TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- What the editor keeps beside a model (places of its nodes), when it was last saved, and since when it is removed.
  ALTER TABLE model ADD COLUMN layout TEXT;
  ALTER TABLE model ADD COLUMN modified TEXT;
  ALTER TABLE model ADD COLUMN removed TEXT;
  `,
  `
  -- What windows keep between launches: layouts, drafts, choices.
  CREATE TABLE state (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Lists of runs are read in pages, the newest first.
  CREATE INDEX run_by_time ON run (created, id);
  `,
  `
  -- Milliseconds since 1970 of a chunk's last point; NULL in those of earlier versions. With it a picture far out needs no points.
  ALTER TABLE chunk ADD COLUMN last_time REAL;
  `,
  `
  -- Milliseconds at work, without pauses and what lies between sittings, up to worked_until; NULL in runs of earlier versions.
  ALTER TABLE run ADD COLUMN worked REAL;
  -- Milliseconds since 1970 of what was last added to it; NULL while the run is not at work.
  ALTER TABLE run ADD COLUMN worked_until REAL;
  `,
];
