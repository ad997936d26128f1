import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers that are read at the moment somebody asks. */
export interface MetricSources {
  jobsByState(): Promise<Readonly<Record<string, number>>>;
  outboxByState(): Promise<Readonly<Record<string, number>>>;
  works(): Promise<{ total: number; anchored: number }>;
  indexSize(): number;
}

/** What the service measures. */
export interface Metrics {
  readonly contentType: string;
  request(method: string, route: string, status: number, seconds: number): void;
  stage(kind: string, stage: string, seconds: number): void;
  /** The Prometheus text format. */
  render(): Promise<string>;
}

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics of one app. A registry of its own, so that two apps in one process (tests) do not mix. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'colophon_http_request_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const responses = new Counter({
    name: 'colophon_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const stages = new Histogram({
    name: 'colophon_job_stage_seconds',
    help: 'Duration of the stages of jobs',
    labelNames: ['kind', 'stage'],
    buckets: SECONDS,
    registers,
  });
  gaugeByState(registers, 'colophon_jobs', 'Jobs by state', sources.jobsByState);
  gaugeByState(registers, 'colophon_outbox', 'Operations for the chain by state', sources.outboxByState);
  new Gauge({
    name: 'colophon_works',
    help: 'Works, all and anchored',
    labelNames: ['state'],
    registers,
    async collect() {
      const { total, anchored } = await sources.works();
      this.set({ state: 'all' }, total);
      this.set({ state: 'anchored' }, anchored);
    },
  });
  new Gauge({
    name: 'colophon_index_vectors',
    help: 'Vectors in the search index',
    registers,
    collect() {
      this.set(sources.indexSize());
    },
  });
  return {
    contentType: registry.contentType,
    request(method, route, status, seconds) {
      const labels = { method, route, status: String(status) };
      requests.observe(labels, seconds);
      responses.inc(labels);
    },
    stage: (kind, stage, seconds) => stages.observe({ kind, stage }, seconds),
    render: () => registry.metrics(),
  };
}

function gaugeByState(
  registers: Registry[],
  name: string,
  help: string,
  read: () => Promise<Readonly<Record<string, number>>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of Object.entries(await read())) this.set({ state }, count);
    },
  });
}
