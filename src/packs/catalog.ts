import { celery } from './catalog/celery.ts';
import { contour } from './catalog/contour.ts';
import { dbClientOtel } from './catalog/db-client-otel.ts';
import { dotnet } from './catalog/dotnet.ts';
import { envoyGateway } from './catalog/envoy-gateway.ts';
import { go } from './catalog/go.ts';
import { grpc } from './catalog/grpc.ts';
import { haproxy } from './catalog/haproxy.ts';
import { httpServerGo } from './catalog/http-server-go.ts';
import { httpServerOtel } from './catalog/http-server-otel.ts';
import { httpServerOtelTarget } from './catalog/http-server-otel-target.ts';
import { hubble } from './catalog/hubble.ts';
import { istio } from './catalog/istio.ts';
import { istioVersion } from './catalog/istio-version.ts';
import { istioWaypoint } from './catalog/istio-waypoint.ts';
import { jvm } from './catalog/jvm.ts';
import { kafkaLag } from './catalog/kafka-lag.ts';
import { kong } from './catalog/kong.ts';
import { kserve } from './catalog/kserve.ts';
import { kubernetesPod } from './catalog/kubernetes-pod.ts';
import { linkerd } from './catalog/linkerd.ts';
import { messagingOtel } from './catalog/messaging-otel.ts';
import { nginxIngress } from './catalog/nginx-ingress.ts';
import { nodejs } from './catalog/nodejs.ts';
import { rpcServerOtel } from './catalog/rpc-server-otel.ts';
import { seldon } from './catalog/seldon.ts';
import { sglang } from './catalog/sglang.ts';
import { sidekiq } from './catalog/sidekiq.ts';
import { springBoot } from './catalog/spring-boot.ts';
import { tgi } from './catalog/tgi.ts';
import { traefik } from './catalog/traefik.ts';
import { triton } from './catalog/triton.ts';
import { vllm } from './catalog/vllm.ts';
import type { Pack } from './pack.ts';

/** All that there are, by name. */
export const PACKS: readonly Pack[] = [
  celery,
  contour,
  dbClientOtel,
  dotnet,
  envoyGateway,
  go,
  grpc,
  haproxy,
  httpServerGo,
  httpServerOtel,
  httpServerOtelTarget,
  hubble,
  istio,
  istioVersion,
  istioWaypoint,
  jvm,
  kafkaLag,
  kong,
  kserve,
  kubernetesPod,
  linkerd,
  messagingOtel,
  nginxIngress,
  nodejs,
  rpcServerOtel,
  seldon,
  sglang,
  sidekiq,
  springBoot,
  tgi,
  traefik,
  triton,
  vllm,
];
