import { defineCapacity, pool, service } from 'foresize';

// Ten servers at 70 % CPU and 50 % memory, with forecasts given as numbers: more servers while a forecast is above the
// present use, fewer when both are below. After its last value a forecast stays.
export default defineCapacity({
  name: 'worked-example',
  region: 'us-east-1',
  horizon: '24h',
  asOf: 'data',
  workloads: {
    servers: service({
      forecast: {
        from: '2026-11-24T00:00:00Z',
        cpu: [80, 75, 70, 65, 60, 55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5],
        memory: [55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55],
      },
      servers: 10,
      machine: 'm7i.xlarge',
      target: { cpu: 0.7, memory: 0.5 },
      pool: 'general',
      image: 'registry.example.com/servers:1.0.0',
    }),
  },
  pools: { general: pool({ instances: ['m7i.xlarge'] }) },
});
