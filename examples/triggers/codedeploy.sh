#!/bin/sh
# A topic of SNS between CodeDeploy and the trigger. SNS calls from outside, so the address must be public and https.
set -eu
topic=arn:aws:sns:eu-west-1:123456789012:deployments
# signatures of version 1 use SHA-1 and are refused
aws sns set-topic-attributes --topic-arn "$topic" --attribute-name SignatureVersion --attribute-value 2
aws deploy update-deployment-group --application-name checkout --current-deployment-group-name prod \
  --trigger-configurations "triggerName=canary,triggerTargetArn=$topic,triggerEvents=DeploymentSuccess"
# the service confirms the subscription by itself
aws sns subscribe --topic-arn "$topic" --protocol https \
  --notification-endpoint https://canary.example.com/triggers/codedeploy
