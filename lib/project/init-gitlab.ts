import type { Placement } from './init-github';

/** The file that a project's `.gitlab-ci.yml` includes. */
export const gitlabFile = '.gitlab/capacity.gitlab-ci.yml';

/** What a `.gitlab-ci.yml` says to have the jobs. */
export const gitlabInclude = `include:\n  - local: ${gitlabFile}\n`;

/** The jobs of GitLab CI. */
export function gitlabJobs({ folder, packages }: Placement): string {
  const directory = folder === '' ? '$CI_PROJECT_DIR' : `$CI_PROJECT_DIR/${folder}`;
  const install = packages === '' ? '$CI_PROJECT_DIR' : `$CI_PROJECT_DIR/${packages}`;
  const inFolder = (path: string) => (folder === '' ? path : `${folder}/${path}`);
  return `# What each part is for: docs/pipelines.md of foresize. Written once by foresize init, and yours to change.
# Nothing is deployed until the variable FORESIZE_DEPLOY of the project is 'true'.
.capacity:
  image: node:22-bookworm
  variables:
    GIT_DEPTH: '0'
  before_script:
    - cd "${install}" && npm ci
    - cd "${directory}"

# By a schedule of the project. The job token pushes the branch foresize/plan, and the push asks for the merge request.
capacity-nightly:
  extends: .capacity
  stage: build
  resource_group: capacity-nightly
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  script:
    - npx foresize plan || test $? -eq 2
    - npx foresize scorecard || echo 'no scorecard could be made'
    - git remote set-url origin "https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git"
    - npx foresize propose --merge-into "$CI_DEFAULT_BRANCH" --picture "$CI_PROJECT_URL/-/raw/{commit}/{path}" --comment "$CI_PROJECT_DIR/comment.md"
    - npx foresize check
  artifacts:
    when: always
    paths: [comment.md]

capacity-check:
  extends: .capacity
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"${folder === '' ? '' : `\n      changes: ['${folder}/**/*']`}
  script:
    # What is emitted is compared where it is committed.
    - if [ -n "$(git ls-files cdktf.out cdk8s.out)" ]; then outputs=--outputs; fi
    - npx foresize check \${outputs:-}
    - npx foresize synth --frozen --out "$CI_BUILDS_DIR/out" || test $? -eq 2
    - npx foresize diff "origin/$CI_DEFAULT_BRANCH" || test $? -eq 2
    - npx foresize report --out "$CI_PROJECT_DIR/capacity-report.html"
  artifacts:
    paths: [capacity-report.html]
    expire_in: 30 days

# The plan that was merged is, by its digest, the one at the head of the merge request.
capacity-reviewed:
  extends: .capacity
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $FORESIZE_DEPLOY == "true"
      changes: ['${inFolder('capacity-plan.json')}']
  script:
    - request=$(git log -1 --format=%B "$CI_COMMIT_SHA" | sed -n 's/^See merge request .*!\\([0-9]*\\)$/\\1/p')
    - if [ -z "$request" ]; then echo "$CI_COMMIT_SHA names no merge request - nobody reviewed its plan"; exit 1; fi
    - git fetch --quiet origin "refs/merge-requests/$request/head"
    - npx foresize check --reviewed FETCH_HEAD
    - node -p '"FORESIZE_DIGEST=" + require("./capacity-plan.json").digest' > "$CI_PROJECT_DIR/reviewed.env"
  artifacts:
    reports:
      dotenv: reviewed.env

# Waits for a person; who that may be says the protected environment. It takes on the role FORESIZE_DEPLOY_ROLE, without a secret.
# FORESIZE_DEPLOY_IMAGE has Node 22, git and Terraform, and the AWS CLI and kubectl where FORESIZE_CLUSTER is set.
capacity-deploy:
  extends: .capacity
  stage: deploy
  image: $FORESIZE_DEPLOY_IMAGE
  needs: [capacity-reviewed]
  resource_group: capacity-deploy
  environment: capacity
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $FORESIZE_DEPLOY == "true"
      changes: ['${inFolder('capacity-plan.json')}']
      when: manual
  id_tokens:
    FORESIZE_ID_TOKEN:
      aud: sts.amazonaws.com
  script:
    - npx foresize check --reviewed "$FORESIZE_DIGEST"
    - npx foresize synth --frozen
    - export AWS_REGION=$(node -p 'require("./capacity-plan.json").region') AWS_ROLE_ARN="$FORESIZE_DEPLOY_ROLE" AWS_WEB_IDENTITY_TOKEN_FILE="$CI_BUILDS_DIR/id-token"
    - (umask 077 && printf %s "$FORESIZE_ID_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE")
    - |
      if [ -n "$FORESIZE_DEPLOY_ROLE" ]; then
        terraform -chdir=cdktf.out/stacks/capacity init -input=false
        terraform -chdir=cdktf.out/stacks/capacity apply -input=false -auto-approve
      fi
    - |
      if [ -n "$FORESIZE_CLUSTER" ]; then
        aws eks update-kubeconfig --name "$FORESIZE_CLUSTER"
        kubectl apply -f cdk8s.out/
      fi
`;
}
