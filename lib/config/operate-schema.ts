import { z } from 'zod';

/** The loop of `foresize operate` as it runs in the cluster. */
export const operateSchema = z
  .strictObject({
    image: z.string().min(1).meta({ description: 'the container image: foresize and kubectl on its PATH (docs/operate.md)' }),
    replicas: z.int().min(1).max(2).default(1).meta({ description: 'copies: of two, one acts and the other stands by' }),
    directory: z.string().startsWith('/').optional().meta({
      description: 'where the image holds config and plan, in place of a ConfigMap that is written with them',
    }),
    secret: z.string().min(1).optional().meta({
      description:
        'a Secret of the namespace whose keys are environment variables of the loop: the credentials that history.prometheus names',
    }),
  })
  .meta({ id: 'Operate', description: "the loop that moves the floors of workloads with owner: 'operate', as the manifests carry it" });
